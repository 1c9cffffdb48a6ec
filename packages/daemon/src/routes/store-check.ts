import type { StoreCheckReport } from '@berth/engine-api';
import type { StoreReport } from '@berth/images';
import { decodeRegistryConfig } from '@berth/registry-client';
import { json } from '../http/api-reply.ts';
import type { ApiHandler } from '../http/api-request.ts';

/** `POST /berth/system/check`: reads the whole store; with `repair` mends what can be mended. */
export const storeCheck: ApiHandler<'StoreCheck'> = async (request, { images }) => {
  const header = request.headers['x-registry-config'];
  const report = await images.check({
    repair: request.query.repair,
    logins: decodeRegistryConfig(Array.isArray(header) ? header[0] : header),
    signal: request.signal,
  });
  return json(reportOf(report));
};

function reportOf({ images, blobs, bytes, layers, problems }: StoreReport): StoreCheckReport {
  return {
    ...{ Images: images, Blobs: blobs, Bytes: bytes, Layers: layers },
    Problems: problems.map(({ kind, digest, state, detail, images: names, repaired, reason }) => ({
      ...{ Kind: kind, Digest: digest, State: state, Detail: detail },
      ...{ Images: names, Repaired: repaired },
      ...(reason === undefined ? {} : { Reason: reason }),
    })),
  };
}
