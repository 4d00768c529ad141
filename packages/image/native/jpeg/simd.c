/*
 * Tells libjpeg-turbo which of its steps have vector code: those for Arm's NEON, which SIMDe translates to WebAssembly's
 * 128-bit SIMD. They give the samples of the scalar code, to the bit.
 */
#define JPEG_INTERNALS
#include "jinclude.h"
#include "jpeglib.h"
#include "jsimd.h"
#include "jdct.h"
#include "jsimddct.h"
#include "simd/jsimd.h"

#define CAN(step, answer) GLOBAL(int) jsimd_can_##step(void) { return answer; }
#define NEVER(step, ...) CAN(step, 0) GLOBAL(void) jsimd_##step(__VA_ARGS__) { __builtin_trap(); }
#define SAMPLING j_decompress_ptr c, jpeg_component_info *info, JSAMPARRAY in, JSAMPARRAY *out
#define MERGED j_decompress_ptr c, JSAMPIMAGE in, JDIMENSION row, JSAMPARRAY out
#define IDCT j_decompress_ptr c, jpeg_component_info *info, JCOEFPTR block, JSAMPARRAY out, JDIMENSION column

NEVER(h2v2_upsample, SAMPLING)
NEVER(h2v1_upsample, SAMPLING)
NEVER(int_upsample, SAMPLING)
NEVER(h2v2_merged_upsample, MERGED)
NEVER(h2v1_merged_upsample, MERGED)
NEVER(idct_2x2, IDCT)
NEVER(idct_4x4, IDCT)
NEVER(idct_6x6, IDCT)
NEVER(idct_12x12, IDCT)
NEVER(idct_ifast, IDCT)
NEVER(idct_float, IDCT)

CAN(ycc_rgb565, 0)
GLOBAL(void) jsimd_ycc_rgb565_convert(j_decompress_ptr c, JSAMPIMAGE in, JDIMENSION row, JSAMPARRAY out, int count)
{
  __builtin_trap();
}

CAN(ycc_rgb, 1)
GLOBAL(void) jsimd_ycc_rgb_convert(j_decompress_ptr c, JSAMPIMAGE in, JDIMENSION row, JSAMPARRAY out, int count)
{
  jsimd_ycc_extrgb_convert_neon(c->output_width, in, row, out, count);
}

CAN(h2v2_fancy_upsample, 1)
GLOBAL(void) jsimd_h2v2_fancy_upsample(SAMPLING)
{
  jsimd_h2v2_fancy_upsample_neon(c->max_v_samp_factor, info->downsampled_width, in, out);
}

CAN(h2v1_fancy_upsample, 1)
GLOBAL(void) jsimd_h2v1_fancy_upsample(SAMPLING)
{
  jsimd_h2v1_fancy_upsample_neon(c->max_v_samp_factor, info->downsampled_width, in, out);
}

CAN(h1v2_fancy_upsample, 1)
GLOBAL(void) jsimd_h1v2_fancy_upsample(SAMPLING)
{
  jsimd_h1v2_fancy_upsample_neon(c->max_v_samp_factor, info->downsampled_width, in, out);
}

CAN(idct_islow, 1)
GLOBAL(void) jsimd_idct_islow(IDCT)
{
  jsimd_idct_islow_neon(info->dct_table, block, out, column);
}
