# SPDX-License-Identifier: Apache-2.0
# Compiler flags by microcontroller core, for the toolchain files and for the tests that call cross compilers.
set(COINFER_CORES cortex-m0 cortex-m3 cortex-m4 cortex-m7 cortex-m33 cortex-m55)
set(COINFER_FLAGS_cortex-m0 -mcpu=cortex-m0 -mthumb -mfloat-abi=soft)
set(COINFER_FLAGS_cortex-m3 -mcpu=cortex-m3 -mthumb -mfloat-abi=soft)
set(COINFER_FLAGS_cortex-m4 -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16)
set(COINFER_FLAGS_cortex-m7 -mcpu=cortex-m7 -mthumb -mfloat-abi=hard -mfpu=fpv5-d16)
set(COINFER_FLAGS_cortex-m33 -mcpu=cortex-m33 -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16)
set(COINFER_FLAGS_cortex-m55 -mcpu=cortex-m55 -mthumb -mfloat-abi=hard)
set(COINFER_FLAGS_rv32imc -march=rv32imc -mabi=ilp32)

# What device code is compiled with on every core.
set(COINFER_FREESTANDING_FLAGS -ffunction-sections -fdata-sections -fno-exceptions -fno-rtti -fno-threadsafe-statics
    -fno-use-cxa-atexit)
