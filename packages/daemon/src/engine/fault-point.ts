/**
 * Ends this process as if by `kill -9` when the named step is reached: `BERTH_FAULT_POINT=start.mounts`.
 * Fault tests use it to prove that the next daemon recovers from an end at any step. Undefined, and so
 * without any effect, when the variable is not set.
 */
export function faultPoint(environment: NodeJS.ProcessEnv): (name: string) => void {
  const wanted = environment.BERTH_FAULT_POINT;
  if (wanted === undefined || wanted === '') return () => undefined;
  return (name) => {
    if (name === wanted) process.kill(process.pid, 'SIGKILL');
  };
}
