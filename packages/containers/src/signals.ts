import { engineError } from '@berth/errors';

/** Signal numbers of Linux (signal(7)), the same on x86 and arm. */
const signalNumbers: Readonly<Record<string, number>> = {
  ABRT: 6,
  ALRM: 14,
  BUS: 7,
  CHLD: 17,
  CLD: 17,
  CONT: 18,
  FPE: 8,
  HUP: 1,
  ILL: 4,
  INT: 2,
  IO: 29,
  IOT: 6,
  KILL: 9,
  PIPE: 13,
  POLL: 29,
  PROF: 27,
  PWR: 30,
  QUIT: 3,
  SEGV: 11,
  STKFLT: 16,
  STOP: 19,
  SYS: 31,
  TERM: 15,
  TRAP: 5,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  USR1: 10,
  USR2: 12,
  VTALRM: 26,
  WINCH: 28,
  XCPU: 24,
  XFSZ: 25,
};

const realTimeMin = 34;
const realTimeMax = 64;

/**
 * The number that a signal is called by: `9`, `KILL`, `SIGKILL`, any case, `RTMIN+3`, `RTMAX-2`.
 * Fails with containers.invalid-signal.
 */
export function parseSignal(text: string): number {
  const invalid = () => engineError('containers.invalid-signal', { signal: text });
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    if (number < 1 || number > realTimeMax) throw invalid();
    return number;
  }
  const name = text.toUpperCase().replace(/^SIG/, '');
  const known = signalNumbers[name] ?? realTimeSignal(name);
  if (known === undefined) throw invalid();
  return known;
}

/** Numbers below RTMIN that no signal has (32 and 33 belong to the C library). */
function realTimeSignal(name: string): number | undefined {
  const match = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name);
  if (match === null) return undefined;
  const base = match[1] === 'MIN' ? realTimeMin : realTimeMax;
  const offset = Number(match[3] ?? 0) * (match[2] === '-' ? -1 : 1);
  const number = base + offset;
  return number >= realTimeMin && number <= realTimeMax ? number : undefined;
}

/** Default of `stop` when neither image nor user names a signal. */
export const defaultStopSignal = 'SIGTERM';
