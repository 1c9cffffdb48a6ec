import { parseCsvRecord } from '../flags/csv.ts';
import { cut } from '../flags/flag-types.ts';
import { ValueError } from '../usage-error.ts';

export interface DeviceRequest {
  readonly Driver: string;
  readonly Count: number;
  readonly DeviceIDs: readonly string[] | null;
  readonly Capabilities: readonly (readonly string[])[] | null;
  readonly Options: Readonly<Record<string, string>> | null;
}

/** What `--gpus` asks for: `all`, a number, or `driver=…,count=…,device=…,capabilities=…,options=…`. */
export function parseDeviceRequest(text: string): DeviceRequest {
  const seen = new Set<string>();
  const request = {
    Driver: '',
    Count: 0,
    DeviceIDs: null as string[] | null,
    Capabilities: [['gpu']],
    Options: {} as Record<string, string>,
  };
  for (const field of parseCsvRecord(text)) {
    const [key, value] = cut(field, '=');
    if (seen.has(key)) throw new ValueError(`gpu request key '${key}' can be specified only once`);
    seen.add(key);
    if (value === undefined) {
      seen.add('count');
      request.Count = parseCount(key);
    } else if (key === 'driver') request.Driver = value;
    else if (key === 'count') request.Count = parseCount(value);
    else if (key === 'device') request.DeviceIDs = value.split(',');
    else if (key === 'capabilities') request.Capabilities = [[...value.split(','), 'gpu']];
    else if (key === 'options') request.Options = gpuOptions(value);
    else throw new ValueError(`unexpected key '${key}' in '${field}'`);
  }
  if (!seen.has('count') && request.DeviceIDs === null) request.Count = 1;
  return request;
}

function parseCount(text: string): number {
  if (text === 'all') return -1;
  if (/^[+-]?\d{1,18}$/.test(text)) return Number(text);
  throw new ValueError(
    `invalid count (${text}): value must be either "all" or an integer: invalid syntax`,
  );
}

function gpuOptions(text: string): Record<string, string> {
  try {
    return Object.fromEntries(
      parseCsvRecord(text).map((option) => {
        const [key, value] = cut(option, '=');
        return [key, value ?? ''];
      }),
    );
  } catch (error) {
    throw new ValueError(`failed to read gpu options: ${(error as Error).message}`);
  }
}
