#define FFI_SCOPE "bootdev-brotli"
#define FFI_LIB "libbrotlienc.so.1"
size_t BrotliEncoderMaxCompressedSize(size_t input_size);
int BrotliEncoderCompress(int quality, int lgwin, int mode, size_t input_size, const char *input_buffer, size_t *encoded_size, uint8_t *encoded_buffer);
