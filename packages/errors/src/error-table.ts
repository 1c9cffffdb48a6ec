import { apiErrors } from './table/api.ts';
import { authorizationErrors } from './table/authorization.ts';
import { clientErrors } from './table/client.ts';
import { commonErrors } from './table/common.ts';
import { containersErrors } from './table/containers.ts';
import { contentErrors } from './table/content.ts';
import { daemonErrors } from './table/daemon.ts';
import { imagesErrors } from './table/images.ts';
import { kernelErrors } from './table/kernel.ts';
import { logsErrors } from './table/logs.ts';
import { networksErrors } from './table/networks.ts';
import { networksModelErrors } from './table/networks-model.ts';
import { pluginsErrors } from './table/plugins.ts';
import { registryErrors } from './table/registry.ts';
import { runtimeErrors } from './table/runtime.ts';
import { runtimeSpecErrors } from './table/runtime-spec.ts';
import { snapshotsErrors } from './table/snapshots.ts';
import { stateErrors } from './table/state.ts';
import { volumesErrors } from './table/volumes.ts';

/** Every error that can reach a user, by code. One file per area under `table/`. */
export const errorTable = {
  ...commonErrors,
  ...apiErrors,
  ...clientErrors,
  ...kernelErrors,
  ...contentErrors,
  ...authorizationErrors,
  ...snapshotsErrors,
  ...runtimeErrors,
  ...runtimeSpecErrors,
  ...logsErrors,
  ...stateErrors,
  ...imagesErrors,
  ...registryErrors,
  ...pluginsErrors,
  ...networksErrors,
  ...networksModelErrors,
  ...volumesErrors,
  ...containersErrors,
  ...daemonErrors,
} as const;

export type ErrorCode = keyof typeof errorTable;
