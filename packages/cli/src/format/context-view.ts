import { ellipsis } from './ellipsis.ts';
import type { ListView } from './plain-table.ts';

/** One line of `berth context ls`. */
export interface ContextRow {
  readonly Name: string;
  readonly Description: string;
  readonly DockerEndpoint: string;
  readonly Current: boolean;
  readonly Error: string;
}

/** The columns of `berth context ls`. */
export const contextView: ListView<ContextRow> = {
  typeName: '*formatter.clientContextContext',
  columns: {
    Current: { header: '', value: (it) => it.Current },
    Name: { header: 'NAME', value: (it) => it.Name },
    Description: { header: 'DESCRIPTION', value: (it) => ellipsis(it.Description, 60) },
    DockerEndpoint: { header: 'DOCKER ENDPOINT', value: (it) => it.DockerEndpoint },
    Error: { header: 'ERROR', value: (it) => ellipsis(it.Error, 45) },
  },
};
