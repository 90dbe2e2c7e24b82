import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { execute, script, temporaryFolder, zip } from './support.js';

const { obtainLibraries } = await script('setup/native-libraries.mjs');

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** Small stand-ins for the two libraries and a header; the ways that they take are the real ones. */
const LIBRARY = 'the library'.repeat(1000);
const FRAMEWORK = 'the framework'.repeat(1000);
const HEADER = '#define TF_Version';

const wheelFile = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_17_x86_64.whl';
const wheel = zip({
  'tensorflow/libtensorflow_cc.so.2': LIBRARY,
  'tensorflow/libtensorflow_framework.so.2': FRAMEWORK,
  'tensorflow/include/tensorflow/c/c_api.h': HEADER,
  'tensorflow/python/not_needed.py': 'import this',
  'tensorflow_cpu-2.21.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: tensorflow-cpu\nVersion: 2.21.0\n',
  'tensorflow_cpu-2.21.0.dist-info/WHEEL':
    'Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-cp311-manylinux_2_17_x86_64\n',
  'tensorflow_cpu-2.21.0.dist-info/RECORD': '',
});

const wheelPin = {
  tensorflow: '2.21.0',
  package: 'tensorflow-cpu',
  file: wheelFile,
  megabytes: 1,
  python: '3.11',
  abi: 'cp311',
  platform: 'manylinux_2_17_x86_64',
  glibc: '2.17',
  sha256: sha256(wheel),
  libraries: [
    { file: 'libtensorflow_cc.so.2', link: 'libtensorflow.so', sha256: sha256(LIBRARY) },
    { file: 'libtensorflow_framework.so.2', link: 'libtensorflow_framework.so', sha256: sha256(FRAMEWORK) },
  ],
  headers: ['tensorflow/c/'],
};

/** An address at which nothing listens. */
const NOWHERE = 'http://127.0.0.1:9/';

/** What pip needs to find the wheel in a folder, and nothing of this machine's own configuration. */
function pipEnvironment(content: Buffer = wheel): NodeJS.ProcessEnv {
  const folder = temporaryFolder();
  writeFileSync(join(folder, wheelFile), content);
  return { ...process.env, PIP_CONFIG_FILE: '/dev/null', PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder };
}

/** A host for tfjs-node's own download. */
async function host(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Asks for the libraries in an empty cache, with the ways that are given. */
function obtain(
  ways: { readonly download?: object; readonly wheel?: object },
  env: NodeJS.ProcessEnv,
  native: string = temporaryFolder(),
): Promise<{ folder: string; tensorflow: string; source: string }> {
  const pins = {
    downloads: ways.download === undefined ? {} : { here: ways.download },
    wheels: ways.wheel === undefined ? {} : { here: ways.wheel },
  };
  return obtainLibraries({ native, pins, platform: 'here', env });
}

const hasPip = (await execute('sh', ['-c', 'python3 -m pip --version || pip3 --version'])).status === 0;
const isGlibc = JSON.stringify(process.report.getReport()).includes('glibcVersionRuntime');

/** The archive that the host offers. */
const archive = await packed();
const archivePin = { tensorflow: '2.9.1', path: 'tensorflow/lib.tar.gz', sha256: sha256(archive) };

describe("tfjs-node's own download", () => {
  it('is taken when its host answers, checked, and kept for the next time', async () => {
    let asked = 0;
    const mirror = await host((request, response) => {
      asked++;
      expect(request.url).toBe('/tensorflow/lib.tar.gz');
      response.end(archive);
    });
    const native = temporaryFolder();
    const env = { ...process.env, TFJS_NODE_CDN_STORAGE: mirror };
    const first = await obtain({ download: archivePin, wheel: wheelPin }, env, native);
    expect(first).toMatchObject({ source: 'download', tensorflow: '2.9.1' });
    expect(readFileSync(join(first.folder, 'lib', 'libtensorflow.so.2.9.1'), 'utf8')).toBe(LIBRARY);
    expect(await obtain({ download: archivePin }, env, native)).toEqual(first);
    expect(asked).toBe(1);
    expect(readdirSync(join(native, 'downloads'))).toEqual([]);
  });

  it('goes on where it was cut off', async () => {
    const ranges: (string | undefined)[] = [];
    const mirror = await host((request, response) => {
      ranges.push(request.headers.range);
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': archive.length - from });
      if (from > 0) response.end(archive.subarray(from));
      else response.write(archive.subarray(0, 100), () => setTimeout(() => response.destroy(), 100));
    });
    const native = temporaryFolder();
    const env = { ...process.env, TFJS_NODE_CDN_STORAGE: mirror };
    await expect(obtain({ download: archivePin }, env, native)).rejects.toThrow("tfjs-node's own download failed");
    expect(await obtain({ download: archivePin }, env, native)).toMatchObject({ source: 'download' });
    expect(ranges).toEqual([undefined, 'bytes=100-']);
  });

  it('is refused when its bytes are not the ones that premod was built with, and not kept', async () => {
    const mirror = await host((_request, response) => response.end('something else'));
    const native = temporaryFolder();
    const refused = obtain({ download: archivePin }, { ...process.env, TFJS_NODE_CDN_STORAGE: mirror }, native);
    await expect(refused).rejects.toThrow(
      `has sha256 ${sha256('something else')} instead of ${archivePin.sha256}: it was damaged on the way`,
    );
    expect(readdirSync(join(native, 'downloads'))).toEqual([]);
  });

  it('gives way when the host answers with an error, and says which', async () => {
    const mirror = await host((_request, response) => response.writeHead(404).end());
    const refused = obtain({ download: archivePin }, { ...process.env, TFJS_NODE_CDN_STORAGE: mirror });
    await expect(refused).rejects.toThrow(/answered 404 for .*tensorflow\/lib\.tar\.gz/);
  });

  it('gives way after some seconds when the host accepts and says nothing', async () => {
    const mirror = await host(() => {});
    const refused = obtain({ download: archivePin }, { ...process.env, TFJS_NODE_CDN_STORAGE: mirror });
    await expect(refused).rejects.toThrow('did not answer within 5 s');
  });
});

describe.skipIf(!hasPip || !isGlibc)('The wheel', () => {
  it('is fetched by pip where the download fails, and only the libraries and headers are taken out of it', async () => {
    const native = temporaryFolder();
    const env = { ...pipEnvironment(), TFJS_NODE_CDN_STORAGE: NOWHERE };
    const got = await obtain({ download: archivePin, wheel: wheelPin }, env, native);
    expect(got).toMatchObject({ source: 'wheel', tensorflow: '2.21.0' });
    expect(readFileSync(join(got.folder, 'lib', 'libtensorflow.so'), 'utf8')).toBe(LIBRARY);
    expect(readFileSync(join(got.folder, 'lib', 'libtensorflow_framework.so'), 'utf8')).toBe(FRAMEWORK);
    expect(readFileSync(join(got.folder, 'include', 'tensorflow', 'c', 'c_api.h'), 'utf8')).toBe(HEADER);
    expect(readdirSync(got.folder).sort()).toEqual(['include', 'lib', 'verified.json']);
    expect(readdirSync(join(native, 'downloads'))).toEqual([]);
  });

  it('is refused when it is another file under the same name', async () => {
    const native = temporaryFolder();
    const pin = { ...wheelPin, sha256: sha256('another wheel') };
    await expect(obtain({ wheel: pin }, pipEnvironment(), native)).rejects.toThrow(
      `has sha256 ${wheelPin.sha256} instead of ${pin.sha256}`,
    );
    expect(existsSync(join(native, 'downloads', wheelFile))).toBe(false);
  });

  it('is refused when a library in it is another one', async () => {
    const [first, second] = wheelPin.libraries;
    const pin = { ...wheelPin, libraries: [{ ...first, sha256: sha256('another library') }, second] };
    await expect(obtain({ wheel: pin }, pipEnvironment())).rejects.toThrow('libtensorflow_cc.so.2 has sha256');
  });

  it('is fetched again when a kept library has changed', async () => {
    const native = temporaryFolder();
    const env = pipEnvironment();
    const { folder } = await obtain({ wheel: wheelPin }, env, native);
    writeFileSync(join(folder, 'lib', 'libtensorflow_cc.so.2'), LIBRARY.replace('the', 'THE'));
    await obtain({ wheel: wheelPin }, env, native);
    expect(readFileSync(join(folder, 'lib', 'libtensorflow_cc.so.2'), 'utf8')).toBe(LIBRARY);
  });

  it('is not fetched for a system whose C library is too old for it', async () => {
    const refused = obtain({ wheel: { ...wheelPin, glibc: '9.99' } }, pipEnvironment());
    await expect(refused).rejects.toThrow('it needs glibc 9.99');
  });
});

describe('Where neither way works', () => {
  it('says why each failed and what to do', async () => {
    const nodeOnly = { PATH: temporaryFolder(), TFJS_NODE_CDN_STORAGE: NOWHERE };
    const refused = obtain({ download: archivePin, wheel: wheelPin }, nodeOnly);
    await expect(refused).rejects.toMatchObject({
      message: expect.stringMatching(
        /own download failed \(.*ECONNREFUSED.*\) and the tensorflow-cpu wheel failed \(there is no pip\)/,
      ),
      remedy:
        'To get it, let this machine reach 127.0.0.1:9 or install Python 3 with pip, and run npm run setup again.',
    });
  });

  it('says that a platform has no library', async () => {
    await expect(obtain({}, process.env)).rejects.toThrow('there is no TensorFlow library for here');
  });
});

async function packed(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'premod-scripts-'));
  for (const name of ['lib', 'include']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'lib', 'libtensorflow.so.2.9.1'), LIBRARY);
  writeFileSync(join(folder, 'include', 'c_api.h'), HEADER);
  await execute('tar', ['-czf', join(folder, 'lib.tar.gz'), '-C', folder, 'lib', 'include']);
  const content = readFileSync(join(folder, 'lib.tar.gz'));
  rmSync(folder, { recursive: true });
  return content;
}
