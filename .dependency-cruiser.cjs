// The direction of imports (docs/ARCHITECTURE.md, "The rooms"): a file imports from its own layer or from one to the
// left. The rooms around the core implement its ports and never meet but in compose.
const LAYERS = [['kernel'], ['messaging'], ['domain'], ['dialog'], ['app'], ['citizen', 'staff'], ['intake']]
const ADAPTERS = ['storage', 'delivery', 'media', 'places', 'i18n', 'channels', 'http']
/** What each outer room may use of the core. */
const CORE_FOR_ADAPTERS = ['kernel', 'messaging', 'domain', 'dialog', 'app']

const room = (names) => `^src/(${names.join('|')})/`
const inner = LAYERS.flat()

module.exports = {
  forbidden: [
    ...LAYERS.map((names, index) => ({
      name: `layer-${names.join('-')}`,
      comment: `${names.join(' and ')} may import only from ${LAYERS.slice(0, index + 1)
        .flat()
        .join(', ')}`,
      severity: 'error',
      from: { path: room(names) },
      to: { path: '^src/', pathNot: room(LAYERS.slice(0, index + 1).flat()) },
    })),
    {
      name: 'citizen-and-staff-apart',
      severity: 'error',
      from: { path: '^src/citizen/' },
      to: { path: '^src/staff/' },
    },
    {
      name: 'staff-and-citizen-apart',
      severity: 'error',
      from: { path: '^src/staff/' },
      to: { path: '^src/citizen/' },
    },
    ...ADAPTERS.map((name) => ({
      name: `adapter-${name}`,
      comment: `${name} implements ports: it knows the core, and no other room`,
      severity: 'error',
      from: { path: `^src/${name}/` },
      to: { path: '^src/', pathNot: [`^src/${name}/`, room(CORE_FOR_ADAPTERS)] },
    })),
    {
      name: 'channels-apart',
      comment: 'One channel knows nothing of another',
      severity: 'error',
      from: { path: '^src/channels/([^/]+)/' },
      to: { path: '^src/channels/', pathNot: '^src/channels/$1/' },
    },
    {
      name: 'core-without-libraries-of-the-edge',
      comment: 'Databases, chat libraries and web servers stay in the rooms around the core',
      severity: 'error',
      from: { path: room(inner) },
      to: {
        path: 'node_modules/(grammy|telegraf|typeorm|pg|fastify|sharp|graphile-worker|node-cron|i18next|prom-client)',
      },
    },
    {
      name: 'only-compose-builds',
      comment: 'Rooms do not reach up to what builds them',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: ['^src/cli/', '^src/config/'] },
      to: { path: '^src/(compose[^/]*|main|config)\\.ts$' },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/channels/simulator/page/' },
  },
}
