export type ReportError = (error: unknown, what: string) => void;

/** What has to be undone when a later step fails, newest first. */
export class UndoStack {
  readonly #steps: { readonly what: string; readonly undo: () => unknown }[] = [];

  defer(what: string, undo: () => unknown): void {
    this.#steps.push({ what, undo });
  }

  /** Runs every step whatever the others do; failures go to `report`. */
  async undo(report: ReportError): Promise<void> {
    for (const { what, undo } of this.#steps.splice(0).reverse()) {
      try {
        await undo();
      } catch (error) {
        report(error, what);
      }
    }
  }
}

/** All or nothing: when `action` fails, what it deferred is undone and the failure passed on. */
export async function allOrNothing<T>(
  report: ReportError,
  action: (undo: UndoStack) => Promise<T>,
): Promise<T> {
  const undo = new UndoStack();
  try {
    return await action(undo);
  } catch (error) {
    await undo.undo(report);
    throw error;
  }
}
