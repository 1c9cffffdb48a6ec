import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { PluginTarget, PluginTls } from './plugin-target.ts';

const contentType = 'application/vnd.docker.plugins.v1.1+json';
const mostAnswerBytes = 1 << 20;

export interface PluginAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * One call: a POST over a connection of its own (a plug-in may have been restarted since the last). `patience` in
 * milliseconds is for all of it: an answer that trickles is none either. Fails with a plain Error, which has the `code` of a
 * failed connection.
 */
export async function exchange(
  target: PluginTarget,
  method: string,
  body: string,
  patience: number,
): Promise<PluginAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<PluginAnswer>();
  const request = open(target, `/${method}`);
  const timer = setTimeout(
    () => request.destroy(new Error(`it does not answer (waited ${patience / 1000} s)`)),
    patience,
  );
  request.on('response', (response) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    response.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > mostAnswerBytes) request.destroy(new Error('its answer is too long'));
      else parts.push(part);
    });
    response.on('error', reject);
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') });
    });
  });
  request.on('close', () => {
    clearTimeout(timer);
    reject(new Error('it closed the connection'));
  });
  request.on('error', reject);
  request.end(body);
  return await promise;
}

function open(target: PluginTarget, path: string): http.ClientRequest {
  const headers = { 'content-type': contentType, accept: contentType };
  const common = { method: 'POST', path, headers, agent: false } as const;
  if (target.kind === 'invalid') throw new Error(target.reason);
  if (target.kind === 'unix') {
    const host = { ...headers, host: 'plugin' };
    return http.request({ ...common, headers: host, socketPath: target.path });
  }
  const { host, port, tls } = target;
  if (tls === undefined) return http.request({ ...common, host, port });
  return https.request({ ...common, host, port, minVersion: 'TLSv1.2', ...trustOf(tls) });
}

/** With a CAFile nothing else is trusted. */
function trustOf(tls: PluginTls): https.RequestOptions {
  const { caFile, certFile, keyFile, insecureSkipVerify } = tls;
  return {
    rejectUnauthorized: !insecureSkipVerify,
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
    ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
  };
}
