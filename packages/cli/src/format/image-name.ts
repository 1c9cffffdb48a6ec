/** A name as people write it: without `docker.io/library/`, with a tag. */
export function familiarImageName(name: string): string {
  const short = name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
  const last = short.slice(short.lastIndexOf('/') + 1);
  return last.includes(':') || last.includes('@') ? short : `${short}:latest`;
}

export interface SplitName {
  readonly repository: string;
  readonly tag: string;
}

/** Splits `repository[:tag]`; a colon in the host's port is not a tag. */
export function splitImageName(name: string): SplitName {
  const at = name.lastIndexOf(':');
  if (at < 0 || name.indexOf('/', at) >= 0) return { repository: name, tag: '' };
  return { repository: name.slice(0, at), tag: name.slice(at + 1) };
}
