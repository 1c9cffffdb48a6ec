import type { ProcessInfo } from '../processes.ts';

/**
 * Parses the text of /proc/PID/stat (proc_pid_stat(5)). The command may hold spaces and parentheses,
 * so it ends at the last `)`. Undefined when the text is cut off.
 */
export function parseProcStat(text: string): ProcessInfo | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const rest = text.slice(close + 2).split(' ');
  const [state, parentPid] = rest;
  const startTime = rest[19];
  if (state === undefined || parentPid === undefined || startTime === undefined) return undefined;
  return {
    pid: Number.parseInt(text.slice(0, open), 10),
    parentPid: Number(parentPid),
    command: text.slice(open + 1, close),
    state,
    startTime: Number(startTime),
  };
}
