// The little that we use of vendored packages which bring no types along.
declare module 'uqr' {
  export function encode(text: string, options?: { border?: number; ecc?: 'L' | 'M' | 'Q' | 'H' }): { data: boolean[][]; size: number };
}
declare module 'pdfjs-dist/build/pdf.min.mjs';
declare module '@hpke/core';
declare module '@scure/base';
declare module 'age-encryption';
