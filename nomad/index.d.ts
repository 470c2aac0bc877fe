// For the packed package under TypeScript's older `moduleResolution: node`, which does not read `exports`.
export * from './dist'
