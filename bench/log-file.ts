import { open } from 'node:fs/promises';

const mebibyte = 1 << 20;
const timeLength = 30;
const line = (time: string) =>
  `{"log":"GET /some/path/of/a/service?with=parameters HTTP/1.1 200 1234 0.012\\n","stream":"stdout","time":"${time}"}\n`;

export interface LogFileRequest {
  readonly bytes: number;
  /** Times of the first and the last line, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

/** Writes a json-file log whose times rise evenly: what a busy service leaves in a day. */
export async function writeLogFile(path: string, request: LogFileRequest): Promise<void> {
  const { bytes, from, to } = request;
  const sample = line('x'.repeat(timeLength));
  const lines = Math.floor(mebibyte / sample.length);
  const block = Buffer.from(sample.repeat(lines));
  const place = sample.indexOf('x'.repeat(timeLength));
  const blocks = Math.ceil(bytes / block.length);
  await using file = await open(path, 'w', 0o640);
  for (let number = 0; number < blocks; number++) {
    for (let index = 0; index < lines; index++) {
      const time = from + ((to - from) * (number + (index + 1) / lines)) / blocks;
      const text = new Date(time).toISOString().replace('Z', '000001Z');
      block.write(text, index * sample.length + place, 'latin1');
    }
    await file.writeFile(block);
  }
}
