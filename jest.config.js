import { availableParallelism } from 'node:os'

export default {
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    // Its ES build imports JSON in a way that jest warns of on every run.
    '^libphonenumber-js/min$': '<rootDir>/node_modules/libphonenumber-js/min/index.cjs',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  // In jest's sandbox every look at a global is slow, and the elliptic curves of libsignal (WhatsApp) take a million
  // of them for one signature: 70 ms each without this, 5 ms with it.
  sandboxInjectedGlobals: ['Math', 'Float64Array'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testTimeout: 40_000,
  // More than the cores: much of the suite waits for the database, for sockets, and for processes that start.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
}
