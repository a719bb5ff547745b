/**
 * Loaded into Jest's workers (`node --import`). Jest gives a worker half a second to exit once its event loop is empty,
 * and reports a leak where it takes longer. On a busy machine Node alone takes that long to dismantle a heap of some
 * 200 MB, although nothing is open. So a worker whose event loop is empty leaves its memory to the system. One with an
 * open handle stays, and is reported as before.
 */
// Not an official function of Node, yet what `process.exit` calls in the end.
const { reallyExit } = process as unknown as { reallyExit: (code: number) => never };

if (process.env['JEST_WORKER_ID'] !== undefined && process.send !== undefined) {
  process.once('beforeExit', () => {
    process.once('exit', (code) => reallyExit.call(process, code));
  });
}
