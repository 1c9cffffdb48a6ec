import { resolve } from 'node:path';
import { cut } from '../flags/flag-types.ts';
import { ValueError } from '../usage-error.ts';

/** What `-v` says: a bind or named volume (`bind` is the API's text), or an anonymous volume. */
export type VolumeOption = { readonly bind: string } | { readonly anonymous: string };

/** Reads `-v [source:]target[:options]`. Relative sources are made absolute. */
export function parseVolumeOption(text: string): VolumeOption {
  if (text === '') throw new ValueError('invalid empty volume spec');
  if (text.length <= 2) return { anonymous: text };
  const sections = splitSections(text);
  if (sections.includes('')) {
    throw new ValueError(`invalid spec: ${text}: empty section between colons`);
  }
  if (sections.length > 3) throw new ValueError(`invalid spec: ${text}: too many colons`);
  if (sections.length === 1) return { anonymous: text };
  const [host, rest] = cut(text, ':');
  return { bind: host.startsWith('.') ? `${resolve(host)}:${rest ?? ''}` : text };
}

/** Sections between colons; a colon behind a single letter belongs to a Windows drive. */
function splitSections(text: string): string[] {
  const sections: string[] = [];
  let section = '';
  for (const character of text) {
    if (character === ':' && !/^\p{L}$/u.test(section)) {
      sections.push(section);
      section = '';
    } else section += character;
  }
  return [...sections, section];
}
