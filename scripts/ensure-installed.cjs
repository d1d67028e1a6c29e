/**
 * Runs before `npm start`, `npm test`, `npm run verify` and `npm run bench`: installs the dependencies when they
 * are missing or are not those of package-lock.json, and otherwise does nothing, fast and without the network.
 *
 * Plain JavaScript for Node 18 and later: it is what installs Node 24 (the npm package `node`, which the npm
 * scripts then find first in their PATH). It imports nothing that is not in Node.
 */
"use strict";

const { spawnSync } = require("node:child_process");
const { existsSync, readFileSync } = require("node:fs");
const { delimiter, join } = require("node:path");

/** Why node_modules must be installed anew, or undefined when it agrees with the lock file. */
function whatDiffers(root) {
  const modules = join(root, "node_modules");
  const installedFile = join(modules, ".package-lock.json");
  if (!existsSync(installedFile)) return "nothing is installed yet";
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  for (const path of Object.keys(wanted)) {
    if (!path.startsWith("node_modules/")) continue; // the workspaces themselves are in the repository
    const reason = packageDiffers(root, path, wanted[path], installed[path]);
    if (reason) return reason;
  }
  return undefined;
}

function packageDiffers(root, path, wanted, installed) {
  const name = path.slice("node_modules/".length);
  if (wanted.link) return existsSync(join(root, path)) ? undefined : name + " is not linked";
  if (!installed) {
    // Packages for other platforms are in the lock file and rightly absent here.
    return wanted.optional || wanted.devOptional ? undefined : name + " is missing";
  }
  if (installed.version !== wanted.version || installed.integrity !== wanted.integrity) {
    return name + " is " + installed.version + ", package-lock.json says " + wanted.version;
  }
  // The hidden lock file outlives packages that were deleted by hand or whose install script was skipped.
  const sign = name === "node" ? join(path, "bin", "node") : join(path, "package.json");
  const there = existsSync(join(root, sign)) || (name === "node" && existsSync(join(root, sign + ".exe")));
  return there ? undefined : sign + " is missing";
}

function install(root) {
  // The Node that runs npm, not the one in node_modules, which `npm ci` is about to delete.
  const bin = join(root, "node_modules", ".bin");
  const path = (process.env.PATH || "").split(delimiter).filter((folder) => folder !== bin);
  const env = Object.assign({}, process.env, { PATH: path.join(delimiter) });
  const { npm_node_execpath: node, npm_execpath: npm } = process.env;
  // Not the warnings that the Node at hand is too old for some packages: that one only runs npm.
  const ci = ["ci", "--loglevel=error"];
  const known = node && npm && !node.startsWith(bin) && existsSync(node) && existsSync(npm);
  const [command, args] = known ? [node, [npm, ...ci]] : ["npm", ci];
  const result = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: "inherit",
    shell: !known && process.platform === "win32",
  });
  return result.status === null ? 1 : result.status;
}

function main() {
  const root = join(__dirname, "..");
  const reason = whatDiffers(root);
  if (!reason) return 0;
  console.log("Installing dependencies with npm ci: " + reason);
  const status = install(root);
  if (status !== 0) {
    console.error("npm ci failed. Check the network or the npm cache, then run it by hand: npm ci");
    return status;
  }
  const still = whatDiffers(root);
  if (!still) return 0;
  console.error("npm ci left an incomplete installation: " + still + ". Are install scripts switched off?");
  return 1;
}

if (require.main === module) process.exitCode = main();

module.exports = { whatDiffers };
