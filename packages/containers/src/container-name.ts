import { engineError } from '@berth/errors';
import { adjectives, surnames } from './name-words.ts';

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** The name without its leading slash. Fails with containers.invalid-name. */
export function validateContainerName(name: string): string {
  const bare = name.replace(/^\//, '');
  if (!namePattern.test(bare)) throw engineError('containers.invalid-name', { name });
  return bare;
}

/**
 * A free name of the form adjective_surname. `random` gives numbers in [0, 1). After a few taken ones
 * a digit is added; at last the ID's first twelve characters are the name.
 */
export function generateContainerName(
  id: string,
  taken: (name: string) => boolean,
  random: () => number,
): string {
  for (let attempt = 0; attempt < 6; attempt++) {
    const digit = attempt < 3 ? '' : String(Math.floor(random() * 10));
    const name = `${pick(adjectives, random)}_${pick(surnames, random)}${digit}`;
    if (!taken(name)) return name;
  }
  return id.slice(0, 12);
}

function pick(words: readonly string[], random: () => number): string {
  return words[Math.floor(random() * words.length)] ?? (words[0] as string);
}
