import { mkdir } from 'node:fs/promises';
import type { ContainerContext } from '../container-context.ts';
import type { ContainerEntry } from '../container-entry.ts';
import { settleExit, tearDown } from '../container-exit.ts';
import { thawInQueue } from '../container-pause.ts';
import { finishRemoval } from '../container-remove.ts';
import { finishUpdate } from '../container-update.ts';
import { removeStrayViews } from '../files/mounted-view.ts';
import { managedFilesOf, networkFactsOf } from '../start/sandbox.ts';
import { bringUp } from './bring-up.ts';
import { forEachParallel } from './for-each-parallel.ts';
import { type Finding, inspectRun } from './inspect-run.ts';
import { removeRuntimeFolder, removeStrays } from './remove-strays.ts';
import { undoCreate } from './undo-create.ts';

/**
 * Makes records, kernel and disk agree after a daemon ended in whatever way: interrupted creates are
 * undone, removals finished, running containers adopted, ends that nobody saw recorded, strays removed.
 * Networks are reconciled in the middle, because only then it is known who runs.
 */
export async function reconcileContainers(context: ContainerContext): Promise<void> {
  await mkdir(context.paths.allData, { recursive: true, mode: 0o710 });
  await mkdir(context.paths.allRuntime, { recursive: true, mode: 0o710 });
  await removeStrayViews(context);
  const findings = new Map<ContainerEntry, Finding>();
  await forEachParallel(context.store.all(), async (entry) => {
    if (entry.record.stage === 'preparing') return;
    findings.set(entry, await inspectRun(context, entry));
  });
  context.faultPoint('reconcile.adopted');
  const running = [...findings].filter(([, finding]) => finding.kind === 'running');
  await context.networks.reconcile(new Set(running.map(([entry]) => entry.id)));
  await forEachParallel(context.store.all(), (entry) =>
    settle(context, entry, findings.get(entry)),
  );
  context.faultPoint('reconcile.settled');
  await removeStrays(context);
  void bringUp(context);
}

/** One container's share; a failure is reported and does not keep the daemon from starting. */
async function settle(
  context: ContainerContext,
  entry: ContainerEntry,
  finding: Finding | undefined,
): Promise<void> {
  try {
    if (finding === undefined) {
      await undoCreate(context, entry);
      return;
    }
    if (finding.kind === 'running') recordNetwork(context, entry);
    finishUpdate(context, entry);
    // Rotation went on while there was no daemon.
    context.logCompressor.compress(entry);
    if (finding.kind === 'ended') await settleExit(context, entry, finding.exit, 'unseen');
    if (finding.kind === 'idle' && finding.leftovers) await tearDown(context, entry);
    if (finding.kind === 'running' && entry.facts.pausedFor !== undefined) {
      await thawInQueue(context, entry);
    }
    if (finding.kind !== 'running') {
      await removeRuntimeFolder(context, entry.id);
      // What it wrote last may not have been sent.
      context.logForwarders.start(context, entry);
    }
    if (entry.facts.removal !== undefined) {
      await finishRemoval(context, entry, entry.facts.removeVolumes === true);
    }
  } catch (error) {
    context.reportError(error, `reconciling container ${entry.id}`);
  }
}

/** A daemon that was killed between a start and its record has not noted what the network gave. */
function recordNetwork(context: ContainerContext, entry: ContainerEntry): void {
  const state = context.networks.sandbox(entry.id);
  if (state === undefined || !entry.running) return;
  if (entry.facts.network?.sandboxId === state.sandboxId) return;
  context.store.updateFacts(entry, {
    network: networkFactsOf(state),
    files: managedFilesOf(context, entry.record, state),
  });
}
