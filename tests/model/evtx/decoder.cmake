# Tests of our own EVTX decoder.
