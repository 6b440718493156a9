#ifndef FEATHERWEIGHT_CCHECKSUM_H
#define FEATHERWEIGHT_CCHECKSUM_H

#include <stddef.h>
#include <stdint.h>

// Folds the first bytes of a message into sixteen that have the same CRC-16/XMODEM, by products without carries.
//
// crc is the checksum of what came before the message; that of `folded` is then taken from 0. Returns how many bytes were
// folded, a multiple of 64: 0 where there are fewer or the processor cannot do it, and `folded` is left alone.
size_t fw_crc16_fold(const uint8_t *bytes, size_t count, uint16_t crc, uint8_t folded[16]);

#endif
