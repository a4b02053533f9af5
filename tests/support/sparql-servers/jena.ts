import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { environmentOf, serverAt } from './oxigraph.ts';
import { saidPort, startServerProcess } from './server-process.ts';
import type { SparqlServer } from './sparql-server.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('JenaServer.java', import.meta.url));
const archives = '/usr/share/java';

/** Jena with what it needs, as Debian names it. */
const needed = [
  ...['arq', 'base', 'core', 'iri', 'tdb2'].map((part) => `jena-${part}`),
  ...['base', 'index', 'storage', 'trans-data', 'transaction'].map((part) => `jena-dboe-${part}`),
  ...['cli', 'codec', 'compress', 'csv', 'io', 'lang3'].map((part) => `commons-${part}`),
  ...['slf4j-api', 'dexx.collection', 'gson', 'guava', 'protobuf', 'thrift', 'httpclient', 'httpcore'],
].map((name) => path.join(archives, `${name}.jar`));

/** Apache Jena as Debian packages it, behind a small HTTP server: Fuseki itself is not in Debian. */
export const jena: SparqlServer = {
  name: 'jena',
  install: 'apt-get install libapache-jena-java default-jdk-headless',
  absent: () => {
    if (spawnSync('javac', ['-version']).status !== 0) return 'there is no JDK';
    const missing = needed.find((file) => !existsSync(file));
    return missing === undefined ? undefined : `there is no ${missing}`;
  },
  ownDefaultGraph: true,
  atomic: true,
  start: async (options) => {
    const started = await startServerProcess(async (folder) => {
      await mendResources(folder);
      // Starting takes less time than compiling well would save.
      const flags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Dsun.net.httpserver.nodelay=true'];
      const args = [...flags, '-cp', [...needed, folder].join(':'), program];
      return { command: 'java', args, env: environmentOf(options) };
    }, saidPort);
    return serverAt(started);
  },
};

// Debian's build has renamed the classes of org.apache.jena.ext.xerces to xerces, and left the texts that they read at
// start where they were: without this, Jena cannot be started at all.
async function mendResources(folder: string): Promise<void> {
  const before = 'org/apache/jena/ext/xerces';
  await run('jar', ['xf', path.join(archives, 'jena-core.jar'), before], { cwd: folder });
  await rename(path.join(folder, before), path.join(folder, 'xerces'));
}
