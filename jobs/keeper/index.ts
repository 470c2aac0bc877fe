export { Keeper, type KeeperProps } from './keeper'
