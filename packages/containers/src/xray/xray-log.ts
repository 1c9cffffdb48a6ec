import { stat } from 'node:fs/promises';
import type { XrayLog } from '@berth/engine-api';
import type { ContainerRecord } from '../container-record.ts';

/** Where output goes, and how much of it is kept in the current file. */
export async function logOf({ hostConfig, logPath }: ContainerRecord): Promise<XrayLog> {
  const driver = hostConfig.LogConfig?.Type ?? '';
  if (logPath === '') return { Driver: driver };
  const found = await stat(logPath).catch(() => undefined);
  return { Driver: driver, Path: logPath, Bytes: found?.size ?? 0 };
}
