/** Whether a terminal understands more than lines of text: TERM=dumb says that it does not. */
export function movesCursor(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment['TERM'] !== 'dumb';
}

/** Whether text may be coloured, dim or bold on a terminal: https://no-color.org. */
export function hasColours(environment: NodeJS.ProcessEnv = process.env): boolean {
  return !environment['NO_COLOR'] && movesCursor(environment);
}
