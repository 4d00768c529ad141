/*
 * The interface of libjpeg-turbo's decoder for src/jpeg/libjpeg.ts: a file in memory becomes rows of grey, RGB or CMYK
 * samples, a strip at a time. An error throws through the WebAssembly frames, and ends the use of the instance.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "jpeglib.h"
#include "jerror.h"

#define EXPORT(name) __attribute__((export_name(name)))

/** Throws. */
__attribute__((import_module("env"), import_name("fail"))) _Noreturn void fail(const char *message, int length);

static struct jpeg_decompress_struct decoder;
static struct jpeg_error_mgr errors;
static unsigned char *strip;
static int lines;

static void on_error(j_common_ptr common)
{
  char message[JMSG_LENGTH_MAX];
  errors.format_message(common, message);
  fail(message, strlen(message));
}

/* Some cameras write bytes between segments, and the version of JFIF decides no pixel. Other warnings mean wrong pixels. */
static void on_message(j_common_ptr common, int level)
{
  int code = errors.msg_code;
  if (level < 0 && code != JWRN_EXTRANEOUS_DATA && code != JWRN_JFIF_MAJOR) on_error(common);
}

EXPORT("allocate") void *allocate(int bytes) { return malloc(bytes); }

/** Reads the header. Returns the address of the strip, for `height` lines; 0 if there is no memory. */
EXPORT("start") void *start(const unsigned char *file, int size, int height)
{
  decoder.err = jpeg_std_error(&errors);
  errors.error_exit = on_error;
  errors.emit_message = on_message;
  jpeg_create_decompress(&decoder);
  jpeg_mem_src(&decoder, file, size);
  jpeg_read_header(&decoder, TRUE);
  decoder.out_color_space = decoder.num_components == 1 ? JCS_GRAYSCALE
    : decoder.num_components == 4 ? JCS_CMYK : JCS_RGB;
  decoder.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&decoder);
  lines = height;
  strip = malloc((size_t)decoder.output_width * decoder.output_components * lines);
  return strip;
}

EXPORT("width") int width(void) { return decoder.output_width; }
EXPORT("height") int height(void) { return decoder.output_height; }

/** Decodes the next lines into the strip. Returns how many; 0 after the last one. */
EXPORT("read") int read_lines(void)
{
  size_t stride = (size_t)decoder.output_width * decoder.output_components;
  int done = 0;
  while (done < lines && decoder.output_scanline < decoder.output_height) {
    JSAMPROW row = strip + done * stride;
    done += jpeg_read_scanlines(&decoder, &row, 1);
  }
  return done;
}

EXPORT("end") void end(unsigned char *file)
{
  jpeg_finish_decompress(&decoder);
  jpeg_destroy_decompress(&decoder);
  free(strip);
  free(file);
}

#ifdef __wasm_simd128__
/** Tells the two builds apart. */
EXPORT("simd") int simd(void) { return 128; }
#endif
