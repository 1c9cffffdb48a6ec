import { KernelError } from '../kernel-error.ts';

/** Texts of strerror(3) that end nft's messages. */
const errnoByText: readonly (readonly [text: string, code: string])[] = [
  ['No such file or directory', 'ENOENT'],
  ['File exists', 'EEXIST'],
  ['Device or resource busy', 'EBUSY'],
  ['Operation not permitted', 'EPERM'],
  ['Operation not supported', 'EOPNOTSUPP'],
  ['Protocol not supported', 'EPROTONOSUPPORT'],
  ['Numerical result out of range', 'ERANGE'],
  ['Too many open files in system', 'ENFILE'],
  ['Argument list too long', 'E2BIG'],
  ['Cannot allocate memory', 'ENOMEM'],
  ['No buffer space available', 'ENOBUFS'],
  ['Message too long', 'EMSGSIZE'],
];
const detailLimit = 2000;

/** The error for what nft printed; what it cannot name (a syntax error) is EINVAL. */
export function nftFailure(errors: string): KernelError {
  const text = errors.trim();
  const first = /Error: (.*)/.exec(text)?.[1] ?? text;
  const code = errnoByText.find(([ending]) => first.includes(ending))?.[1] ?? 'EINVAL';
  return new KernelError('nft', code, undefined, text.slice(0, detailLimit));
}
