# SPDX-License-Identifier: Apache-2.0
# coinfer_add_model(<target> <model.tflite> [NAME <namespace>] [ROUNDING double|single]
#                   [LAYOUT tensorflow|dsp|helium] [DEPTHWISE_ORDER rows|channels] [EXITS <groups>] [GOLDEN <record>])
#
# Imports the model at build time into a static library: link it and include "<namespace>_model.hpp". The importer is
# this build's own program; when cross compiling, set COINFER_PROGRAM to one that runs on the build machine.
set(COINFER_PROGRAM "" CACHE FILEPATH "The coinfer program of the build machine; empty: the one built here")

function(coinfer_add_model target model)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "NAME;ROUNDING;LAYOUT;DEPTHWISE_ORDER;EXITS;GOLDEN" "")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "coinfer_add_model(${target}): not understood: '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT arg_NAME)
    cmake_path(GET model STEM arg_NAME)
  endif()
  set(options --name ${arg_NAME} --quiet)
  foreach(option IN ITEMS ROUNDING LAYOUT DEPTHWISE_ORDER EXITS GOLDEN)
    if(arg_${option})
      string(TOLOWER ${option} flag)
      string(REPLACE "_" "-" flag ${flag})
      string(REPLACE ";" "$<SEMICOLON>" value "${arg_${option}}")
      list(APPEND options --${flag} ${value})
    endif()
  endforeach()
  if(COINFER_PROGRAM)
    set(program ${COINFER_PROGRAM})
  else()
    set(program $<TARGET_FILE:coinfer_program>)
  endif()
  cmake_path(ABSOLUTE_PATH model)
  set(directory ${CMAKE_CURRENT_BINARY_DIR}/${target})
  set(outputs ${directory}/${arg_NAME}_model.hpp ${directory}/${arg_NAME}_weights.hpp ${directory}/${arg_NAME}_weights.cpp)
  if(arg_GOLDEN)
    list(APPEND outputs ${directory}/${arg_NAME}_golden.hpp)
  endif()
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND ${program} import ${model} --output ${directory} ${options}
    DEPENDS ${model} ${arg_GOLDEN} ${program}
    COMMENT "Importing ${model}"
    VERBATIM)
  add_library(${target} STATIC ${outputs})
  target_link_libraries(${target} PUBLIC coinfer::coinfer)
  target_include_directories(${target} PUBLIC ${directory})
endfunction()
