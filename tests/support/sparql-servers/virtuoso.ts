import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { startServerProcess } from './server-process.ts';
import type { SparqlServer } from './sparql-server.ts';

const run = promisify(execFile);

/** OpenLink Virtuoso 7. Its default graph is always the union, and it has graphs of its own in it. */
export const virtuoso: SparqlServer = {
  name: 'virtuoso',
  install: 'apt-get install virtuoso-opensource-7-bin',
  absent: () =>
    [
      ['virtuoso-t', '-?'],
      ['isql-vt', '-?'],
    ].some(([command = '', help = '']) => spawnSync(command, [help]).error)
      ? 'there is no virtuoso-t'
      : undefined,
  ownDefaultGraph: false,
  atomic: false,
  start: async ({ union = true, authorization } = {}) => {
    if (!union || authorization !== undefined) throw new Error('Virtuoso cannot be told that.');
    const [http, sql] = [await freePort(), await freePort()];
    const url = `http://127.0.0.1:${http}`;
    let grants = '';
    const { ended, stop } = await startServerProcess(
      async (folder) => {
        const settings = path.join(folder, 'virtuoso.ini');
        grants = path.join(folder, 'grants.sql');
        await writeFile(settings, iniOf(folder, http, sql));
        await writeFile(grants, 'GRANT SPARQL_UPDATE TO "SPARQL";\n');
        return { command: 'virtuoso-t', args: ['+foreground', '+configfile', settings] };
      },
      (output) => (/^.*Server online at /m.test(output) ? true : undefined),
    );
    await run('isql-vt', [`127.0.0.1:${sql}`, 'dba', 'dba', grants]);
    return {
      query: `${url}/sparql`,
      update: `${url}/sparql`,
      store: `${url}/sparql-graph-crud`,
      digest: {
        query: `${url}/sparql-auth`,
        update: `${url}/sparql-auth`,
        store: `${url}/sparql-graph-crud-auth`,
        user: 'dba',
        password: 'dba',
      },
      ended,
      stop,
    };
  },
};

const iniOf = (folder: string, http: number, sql: number): string => `
[Database]
DatabaseFile = ${folder}/virtuoso.db
ErrorLogFile = ${folder}/virtuoso.log
TransactionFile = ${folder}/virtuoso.trx
LockFile = ${folder}/virtuoso.lck
xa_persistent_file = ${folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = ${folder}/temporary.db
TransactionFile = ${folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:${sql}
DirsAllowed = ${folder}
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:${http}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 1000000
`;

// It takes no port 0; two servers that start at the same time get different ones from the system.
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
