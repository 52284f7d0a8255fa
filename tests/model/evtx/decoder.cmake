# Tests of our own EVTX decoder.
set(decoder lolscope_evtx lolscope_testsupport ZLIB::ZLIB)
foreach(name valuetext eventextractor evtxreader)
    lolscope_add_test(evtx/tst_${name}.cpp LIBS ${decoder})
endforeach()
foreach(name damagedevtx hostileevtx)
    lolscope_add_test(evtx/tst_${name}.cpp LIBS ${decoder} LABELS hostile)
endforeach()
lolscope_add_test(evtx/tst_differential.cpp LIBS ${decoder} LABELS reallogs)
