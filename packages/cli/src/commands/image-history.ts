import type { ImageHistoryResponseItem } from '@berth/engine-api';
import type { CliContext } from '../cli-context.ts';
import type { Invocation } from '../command-table/command-definition.ts';
import { platformQuery } from '../container-options/platform-option.ts';
import { ageInWords } from '../format/ages.ts';
import { ellipsis } from '../format/ellipsis.ts';
import type { ListView } from '../format/plain-table.ts';
import { shortId } from '../format/short-id.ts';
import { decimalSize } from '../format/sizes.ts';
import { chosenFormat, printList } from './list-command.ts';

/** `berth history` */
export async function showHistory(
  context: CliContext,
  { flags, args }: Invocation,
): Promise<number> {
  const human = flags.boolean('human');
  const created = human ? '{{.CreatedSince}}' : '{{.CreatedAt}}';
  const format = chosenFormat(context, flags, {
    table: `table {{.ID}}\t${created}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}`,
    quiet: '{{.ID}}',
  });
  const items = await context.engine.images.history(args[0] ?? '', {
    platform: platformQuery(flags.string('platform'), 'invalid platform: '),
  });
  await printList(context, historyView(!flags.boolean('no-trunc'), human), items, format);
  return 0;
}

/** Images that are made reproducibly carry times before this one, which say nothing. */
const epoch = Date.UTC(2000, 0, 1) / 1000;

function historyView(trunc: boolean, human: boolean): ListView<ImageHistoryResponseItem> {
  const createdAt = (item: ImageHistoryResponseItem) => rfc3339((item.Created ?? 0) * 1000);
  const createdSince = (item: ImageHistoryResponseItem) => {
    if (!human) return createdAt(item);
    return (item.Created ?? 0) <= epoch ? 'N/A' : ageInWords(item.Created ?? 0);
  };
  return {
    typeName: '*image.historyContext',
    columns: {
      ID: { header: 'IMAGE', value: (item) => (trunc ? shortId(item.Id ?? '') : (item.Id ?? '')) },
      CreatedSince: { header: 'CREATED', value: createdSince },
      CreatedAt: { header: 'CREATED AT', value: createdAt },
      CreatedBy: {
        header: 'CREATED BY',
        value: (item) => {
          const text = (item.CreatedBy ?? '').replaceAll('\t', ' ');
          return trunc ? ellipsis(text, 45) : text;
        },
      },
      Size: {
        header: 'SIZE',
        value: (item) => (human ? decimalSize(item.Size ?? 0, 3) : String(item.Size ?? 0)),
      },
      Comment: { header: 'COMMENT', value: (item) => item.Comment ?? '' },
    },
  };
}

/** A time in the local zone: `2006-01-02T15:04:05Z07:00`. */
function rfc3339(milliseconds: number): string {
  const offset = -new Date(milliseconds).getTimezoneOffset();
  const local = new Date(milliseconds + offset * 60_000).toISOString().slice(0, 19);
  if (offset === 0) return `${local}Z`;
  const two = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.trunc(size / 60))}:${two(size % 60)}`;
}
