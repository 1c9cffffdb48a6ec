/** What a task is given by the table that runs it. */
export interface SharedTask<State> {
  /** Aborts when everybody who waited has gone. */
  readonly signal: AbortSignal;
  /** Tells everybody who waits how far it is. */
  report(state: State): void;
}

export interface Participant<State> {
  /** Leaves the task; the task itself ends when nobody is left. */
  readonly signal: AbortSignal;
  /** Called with every state, the last one first for somebody who comes later. */
  onState(state: State): void;
}

interface RunningTask<State> {
  readonly participants: Set<Participant<State>>;
  readonly abort: AbortController;
  readonly result: Promise<void>;
  last: { readonly state: State } | undefined;
}

/**
 * Work that several wait for: it runs once for each key, however many ask for it, and stops when the last
 * of them has gone.
 */
export class SharedTasks<State> {
  readonly #running = new Map<string, RunningTask<State>>();

  /**
   * Starts `run`, or joins what runs for `key`. Resolves with `own` when this call started it; then its
   * failure is this call's. A joined task resolves with `joined` however it ended: the caller looks what
   * is there now. Rejects with the signal's reason, after the task has ended if nobody else waits for it.
   */
  async join(
    key: string,
    participant: Participant<State>,
    run: (task: SharedTask<State>) => Promise<void>,
  ): Promise<'own' | 'joined'> {
    participant.signal.throwIfAborted();
    const running = this.#running.get(key);
    if (running === undefined) {
      await this.#wait(this.#start(key, participant, run), participant);
      return 'own';
    }
    if (running.abort.signal.aborted) {
      await running.result.catch(() => undefined);
      return 'joined';
    }
    running.participants.add(participant);
    if (running.last !== undefined) participant.onState(running.last.state);
    await this.#wait(running, participant).catch(() => participant.signal.throwIfAborted());
    return 'joined';
  }

  #start(
    key: string,
    participant: Participant<State>,
    run: (task: SharedTask<State>) => Promise<void>,
  ): RunningTask<State> {
    const abort = new AbortController();
    const participants = new Set([participant]);
    const report = (state: State) => {
      task.last = { state };
      for (const each of participants) each.onState(state);
    };
    // The task may report at once, hence it starts when the record of it is there.
    const result = Promise.resolve()
      .then(() => run({ signal: abort.signal, report }))
      .finally(() => this.#running.delete(key));
    result.catch(() => undefined);
    const task: RunningTask<State> = { participants, abort, result, last: undefined };
    this.#running.set(key, task);
    return task;
  }

  async #wait(task: RunningTask<State>, participant: Participant<State>): Promise<void> {
    const { signal } = participant;
    const left = Promise.withResolvers<never>();
    left.promise.catch(() => undefined);
    const leave = () => {
      task.participants.delete(participant);
      if (task.participants.size > 0) {
        left.reject(signal.reason);
        return;
      }
      task.abort.abort(signal.reason);
      task.result.then(
        () => left.reject(signal.reason),
        () => left.reject(signal.reason),
      );
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      await Promise.race([task.result, left.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      task.participants.delete(participant);
    }
  }
}
