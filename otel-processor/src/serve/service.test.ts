import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFault, silentLogger, systemClock, Telemetry } from '../base/index.ts';
import { serveConfigSchema } from './config.ts';
import { answers, createFakeTenant, language, startService } from './fakes.test-support.ts';
import { createService, type Service } from './service.ts';

function create(overrides: Record<string, unknown>): Service | { code: string; message: string } {
  return createService(
    serveConfigSchema.parse(overrides),
    {
      startTimeMs: 0,
      configYaml: () => '',
      flags: {},
      retentionText: '',
      stepsMax: 1,
      reload: async () => undefined,
    },
    {
      clock: systemClock,
      logger: silentLogger,
      telemetry: new Telemetry(),
      answers,
      language,
      admit: () => ({ release: () => {} }),
      tenants: () => [],
    },
  );
}

const token = { name: 'x', sha256: 'a'.repeat(64), scopes: ['read'] };

describe('addresses', () => {
  test('beyond loopback are refused without tokens, by the key that asks for it', () => {
    for (const listen of ['0.0.0.0:0', '[::]:0', '192.0.2.1:4318', 'example.org:4318']) {
      const fault = create({ listen });
      expect(isFault(fault) && fault.message).toContain('serve.listen: refusing to listen on');
      expect(isFault(fault) && fault.message).toContain('serve.tokens');
    }
    const fault = create({ grpc_listen: '0.0.0.0:0' });
    expect(isFault(fault) && fault.message).toContain('serve.grpc_listen');
    expect(isFault(create({ listen: '0.0.0.0:0', grpc_listen: '0.0.0.0:0', tokens: [token] }))).toBe(false);
    for (const listen of ['127.0.0.1:0', '127.9.9.9:0', 'localhost:0', '[::1]:0']) {
      expect(isFault(create({ listen }))).toBe(false);
    }
  });

  test('a port in use is a fault that names the key and the address, and leaves nothing open', async () => {
    const first = await startService();
    const second = create({ listen: '127.0.0.1:0', grpc_listen: first.addresses.grpc }) as Service;
    const fault = await second.listen();
    expect(isFault(fault) && fault.message).toContain(
      `serve.grpc_listen: cannot listen on ${first.addresses.grpc}: the port is in use`,
    );
    await first.service.shutdown();
  });
});

describe('TLS', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'statbar-tls-'));
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        ...subject,
        ...files,
      ],
      { stdio: 'ignore' },
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is spoken by both doors', async () => {
    const tenant = createFakeTenant();
    const tls = { cert_file: join(folder, 'cert.pem'), key_file: join(folder, 'key.pem') };
    const running = await startService({ tls }, [tenant]);
    const ca = readFileSync(tls.cert_file);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(`https://localhost:${running.addresses.http.split(':')[1]}/healthz`, { ca }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
    const client = new Client(
      running.addresses.grpc.replace('127.0.0.1', 'localhost'),
      credentials.createSsl(ca),
    );
    const error = await new Promise((resolve) => {
      const same = (bytes: Buffer): Buffer => bytes;
      const path = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
      client.makeUnaryRequest(path, same, same, Buffer.from('abc'), new Metadata(), (failed) =>
        resolve(failed),
      );
    });
    expect(error).toBeNull();
    expect(tenant.received.map((body) => Buffer.from(body).toString())).toEqual(['abc']);
    client.close();
    await expect(fetch(`${running.url.replace('https', 'http')}/healthz`)).rejects.toThrow();
    await running.service.shutdown();
  });

  test('files that are missing or do not fit are named', () => {
    const missing = create({ tls: { cert_file: '/no/such/cert.pem', key_file: '/no/such/key.pem' } });
    expect(isFault(missing) && missing.message).toContain('serve.tls.cert_file');
    const swapped = create({
      tls: { cert_file: join(folder, 'key.pem'), key_file: join(folder, 'cert.pem') },
    });
    expect(isFault(swapped) && swapped.message).toContain('serve.tls');
  });
});

describe('readiness', () => {
  test('until the stores are open requests are told to come back, and readyz says why', async () => {
    const service = create({ listen: '127.0.0.1:0', grpc_listen: '127.0.0.1:0' }) as Service;
    const addresses = await service.listen();
    if (isFault(addresses)) throw new Error(addresses.message);
    const url = `http://${addresses.http}`;
    const readiness = await fetch(`${url}/readyz`);
    expect(readiness.status).toBe(503);
    expect(await readiness.text()).toContain('replaying');
    const ingest = await fetch(`${url}/v1/metrics`, {
      method: 'POST',
      body: '{}',
      headers: { 'Content-Type': 'application/json' },
    });
    expect(ingest.status).toBe(503);
    expect(ingest.headers.get('retry-after')).not.toBeNull();
    expect((await fetch(`${url}/api/v1/query?query=up`)).status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await service.shutdown();
  });
});
