import { AddressRanges, isAddressOrRange } from './address-ranges.ts';
import type { ProxySettings } from './registry-configuration.ts';
import { isLoopback, splitHostPort } from './registry-host.ts';

/**
 * The proxy for a URL, or undefined for a direct connection. The rules are those of Go's programs: loopback is
 * always direct; an entry of NO_PROXY is a host with its subdomains, `.domain` for the subdomains only,
 * an address, a CIDR range or `*`, each with an optional port.
 */
export function chooseProxy(url: URL, settings: ProxySettings): string | undefined {
  const proxy = url.protocol === 'https:' ? settings.httpsProxy : settings.httpProxy;
  const name = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (proxy === '' || isLoopback(name)) return undefined;
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const direct = settings.noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && fits(entry, name, port));
  if (direct) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

function fits(entry: string, name: string, port: string): boolean {
  if (entry === '*') return true;
  if (isAddressOrRange(entry)) return new AddressRanges([entry]).has(name);
  const { name: host, port: wantedPort } = splitHostPort(entry);
  if (wantedPort !== undefined && wantedPort !== port) return false;
  if (isAddressOrRange(host)) return new AddressRanges([host]).has(name);
  const domain = host.startsWith('*.') ? host.slice(1) : host;
  if (domain.startsWith('.')) return name.endsWith(domain);
  return name === domain || name.endsWith(`.${domain}`);
}
