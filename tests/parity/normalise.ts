/** Docker's client says so or not, depending on whether it was still sending when the daemon refused its archive. */
const racyWarning = /^time="[^"]*" level=error msg="Can't (add file|close tar)[^\n]*\n/gm;

/** Labels and options on one line come in a random order from Docker's client. */
const labelList = /[\w./-]+=[\w./-]*(,[\w./-]+=[\w./-]*)+/g;
const sorted = (list: string) => list.split(',').sort().join(',');

/** Removes from a command's output what legitimately differs between two engines and two runs. */
export function normalise(text: string): string {
  return text
    .replace(/\b[0-9a-f]{64}\b/g, '<id>')
    .replace(/\b[0-9a-f]{12}\b/g, '<short-id>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<time>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} UTC/g, '<time>')
    .replace(/\b(\d+|About an?|Less than a) (seconds?|minutes?)( ago)?/g, '<age>')
    .replace(/^(docker: )?Error response from daemon: /gm, '$1Error: ')
    .replace(racyWarning, '')
    .replace(labelList, sorted)
    .replace(/([ ':])\/tmp\/berth-test-[^/]+\//g, '$1<root>/')
    .replace(/[ \t]+$/gm, '')
    .trim();
}
