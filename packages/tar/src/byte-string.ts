/**
 * File names are bytes, not text: a layer may hold names that are not valid UTF-8. Inside this package
 * they travel as byte strings (one char per byte, as the `latin1` encoding makes them), which compare,
 * split and key maps as ordinary strings do. Plain ASCII is the same in both worlds.
 */
export type ByteString = string;

const beyondAscii = /[^\x00-\x7f]/;

/** What to hand to a system call for this name. */
export function toPath(name: ByteString): string | Buffer {
  return beyondAscii.test(name) ? Buffer.from(name, 'latin1') : name;
}

/** The bytes of ordinary text. */
export function fromText(text: string): ByteString {
  return beyondAscii.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

/** Ordinary text for messages and results; bytes that are not UTF-8 become U+FFFD. */
export function toText(name: ByteString): string {
  return beyondAscii.test(name) ? Buffer.from(name, 'latin1').toString('utf8') : name;
}
