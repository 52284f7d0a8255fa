# lolscope_embed(<target> <variable> <files...>): a static library with one C++ table,
#   extern const std::array<lolscope::EmbeddedFile, N> — see resources/embedded.h — of the files' bytes,
# for the layers that know no Qt resources.
function(lolscope_embed target symbol)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}.cpp)
    list(JOIN ARGN "|" files)
    add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DSYMBOL=${symbol} "-DFILES=${files}" -DBASE=${CMAKE_CURRENT_SOURCE_DIR}
            -P ${PROJECT_SOURCE_DIR}/cmake/EmbedFilesScript.cmake
        DEPENDS ${ARGN} ${PROJECT_SOURCE_DIR}/cmake/EmbedFilesScript.cmake VERBATIM)
    add_library(${target} STATIC ${output})
    target_link_libraries(${target} PUBLIC lolscope_options)
endfunction()
