import { writeFileSync } from 'node:fs';
import { engineError } from '@berth/errors';

/**
 * Tells the kernel how readily to kill this process when memory runs out (proc_pid_oom_score_adj(5)); 0 leaves it as
 * it was started. Containers have scores of their own. Fails with daemon.invalid-option: lowering it takes
 * CAP_SYS_RESOURCE.
 */
export function adjustOomScore(score: number, file = '/proc/self/oom_score_adj'): void {
  if (score === 0) return;
  try {
    writeFileSync(file, String(score));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw engineError(
      'daemon.invalid-option',
      { key: 'oom-score-adjust', value: score, reason },
      { cause },
    );
  }
}
