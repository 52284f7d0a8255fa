# Tests of our own EVTX decoder.
set(decoder lolscope_evtx lolscope_testsupport ZLIB::ZLIB)
lolscope_add_test(evtx/tst_decoder.cpp LIBS ${decoder} LABELS hostile)
lolscope_add_test(evtx/tst_differential.cpp LIBS ${decoder} LABELS reallogs)
