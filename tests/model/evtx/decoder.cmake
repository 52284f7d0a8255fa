# Tests of our own EVTX decoder.
set(decoder lolscope_evtx lolscope_evtxstructure lolscope_testsupport ZLIB::ZLIB)
foreach(name valuetext eventextractor evtxreader)
    lolscope_add_test(evtx/tst_${name}.cpp LIBS ${decoder})
endforeach()
foreach(name damagedevtx hostileevtx)
    lolscope_add_test(evtx/tst_${name}.cpp LIBS ${decoder} LABELS hostile)
endforeach()
# The oracle: an independent reader of the same logs.
add_library(lolscope_oracle STATIC evtx/libevtxreader.cpp evtx/libevtxreader.h)
target_link_libraries(lolscope_oracle PUBLIC lolscope_evtx lolscope_evtxstructure PRIVATE lolscope_libevtx)
lolscope_add_test(evtx/tst_libevtxreader.cpp LIBS lolscope_oracle lolscope_testsupport)
lolscope_add_test(evtx/tst_differential.cpp LIBS ${decoder} lolscope_oracle LABELS reallogs)
lolscope_add_test(evtx/tst_xmldifferential.cpp LIBS ${decoder} lolscope_oracle pugixml::pugixml LABELS reallogs)
lolscope_add_test(evtx/tst_recordxml.cpp LIBS ${decoder})

# The helper, and one that misbehaves.
lolscope_add_test(evtx/tst_helperframes.cpp LIBS lolscope_evtx LABELS hostile)
lolscope_add_test(evtx/tst_recoveringreader.cpp LIBS ${decoder} lolscope_sample LABELS hostile)
target_compile_definitions(tst_recoveringreader PRIVATE LOLSCOPE_EVTXHELPER="$<TARGET_FILE:lolscope-evtxhelper>"
    LOLSCOPE_BADHELPER="$<TARGET_FILE:badhelper>")
add_dependencies(tst_recoveringreader lolscope-evtxhelper badhelper)
