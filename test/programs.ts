const { PATH, NODE_COMPILE_CACHE } = process.env;

/**
 * What a program that a test starts knows of the environment: where its tools are, and where Node keeps the translated
 * sources, without which each of them would translate its own again.
 */
export const bareEnvironment = {
  PATH,
  ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }),
};
