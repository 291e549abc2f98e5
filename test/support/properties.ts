import fc from 'fast-check'

/** In CI the same cases each time: a change fails for its own reasons. On a developer's machine new ones at every run. */
if (process.env.CI) fc.configureGlobal({ seed: 351 })

export default fc
