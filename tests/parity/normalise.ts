/** Removes from a command's output what legitimately differs between two engines and two runs. */
export function normalise(text: string): string {
  return text
    .replace(/\b[0-9a-f]{64}\b/g, '<id>')
    .replace(/\b[0-9a-f]{12}\b/g, '<short-id>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<time>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} UTC/g, '<time>')
    .replace(/\b(\d+|About an?|Less than a) (seconds?|minutes?)( ago)?/g, '<age>')
    .replace(/^(docker: )?Error response from daemon: /gm, '$1Error: ')
    .replace(/([ ':])\/tmp\/berth-test-[^/]+\//g, '$1<root>/')
    .replace(/[ \t]+$/gm, '')
    .trim();
}
