import { describe, expect, it } from 'vitest';
import { proxyFromEnvironment } from '../../../../../src/backends/kube/api/credentials/find-proxy.ts';

describe('the proxy of the environment', () => {
  const find = (server: string, env: Record<string, string>) => proxyFromEnvironment(new URL(server), env);

  it('is found by the scheme of the server, the upper-case name first', () => {
    expect(find('https://kube.test', { https_proxy: 'http://lower:1' })).toBe('http://lower:1');
    expect(find('https://kube.test', { https_proxy: 'http://lower:1', HTTPS_PROXY: 'http://upper:1' })).toBe(
      'http://upper:1',
    );
    expect(find('https://kube.test', { HTTP_PROXY: 'http://upper:1' })).toBeUndefined();
    expect(find('http://kube.test', { HTTPS_PROXY: 'http://a:1', http_proxy: 'http://b:1' })).toBe('http://b:1');
    expect(find('https://kube.test', { HTTPS_PROXY: 'proxy.test:3128' })).toBe('http://proxy.test:3128');
    expect(find('https://kube.test', { HTTPS_PROXY: 'socks5://proxy.test' })).toBe('socks5://proxy.test');
    expect(find('https://kube.test', { HTTPS_PROXY: '' })).toBeUndefined();
  });

  it.each(['https://localhost:6443', 'https://127.0.0.1:6443', 'https://127.9.9.9', 'https://[::1]:6443'])(
    'is not for this machine: %s',
    (server) => {
      expect(find(server, { HTTPS_PROXY: 'http://p:1' })).toBeUndefined();
    },
  );

  it.each([
    ['*', 'https://kube.test', true],
    ['kube.test', 'https://kube.test:6443', true],
    ['KUBE.test', 'https://kube.TEST', true],
    ['test', 'https://kube.test', true],
    ['.test', 'https://kube.test', true],
    ['*.test', 'https://kube.test', true],
    ['.kube.test', 'https://kube.test', false],
    ['ube.test', 'https://kube.test', false],
    ['kube.test:6443', 'https://kube.test:6443', true],
    ['kube.test:443', 'https://kube.test', true],
    ['kube.test:6443', 'https://kube.test', false],
    ['other.test, kube.test', 'https://kube.test', true],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['10.0.0.0/8', 'https://ten.test', false],
    ['10.1.2.3', 'https://10.1.2.3:6443', true],
    ['10.1.2.3:6443', 'https://10.1.2.3:6443', true],
    ['10.1.2.3:6443', 'https://10.1.2.3', false],
    ['fd00::/8', 'https://[fd12::1]:6443', true],
    ['fd00::1', 'https://[fd00:0::1]', true],
    ['[fd00::1]:6443', 'https://[fd00::1]:6443', true],
    ['fd00::1', 'https://[fd00::2]', false],
    ['10.0.0.0/99', 'https://10.1.2.3', false],
    [',,', 'https://kube.test', false],
  ])('NO_PROXY=%s for %s: %s', (list, server, isExempt) => {
    const proxy = isExempt ? undefined : 'http://p:1';
    expect(find(server, { HTTPS_PROXY: 'http://p:1', NO_PROXY: list })).toBe(proxy);
    expect(find(server, { https_proxy: 'http://p:1', no_proxy: list })).toBe(proxy);
  });
});
