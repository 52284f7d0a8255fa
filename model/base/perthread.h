#pragma once

#include <cstdlib>
#include <pthread.h>

namespace lolscope {

/// The calling thread's own T, made at its first call and destroyed with the thread.
///
/// What `thread_local` is for, which GCC for Windows frees before it calls the destructor
/// (https://gcc.gnu.org/PR80816): use it for what has no destructor alone.
template<typename T>
T &perThread()
{
    static const pthread_key_t key = [] {
        pthread_key_t made = {};
        if (pthread_key_create(&made, [](void *value) { delete static_cast<T *>(value); }) != 0)
            std::abort(); // no key left, of 128 or more
        return made;
    }();
    auto *value = static_cast<T *>(pthread_getspecific(key));
    if (!value) {
        value = new T;
        pthread_setspecific(key, value);
    }
    return *value;
}

} // namespace lolscope
