// As umzug's manual shows it: migrations from a folder, what has been done kept by its SequelizeStorage.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { Sequelize } from "sequelize";
import { SequelizeStorage, Umzug } from "umzug";

const [folder] = process.argv.slice(2);
const sequelize = new Sequelize(process.env.DATABASE_URL, { logging: false });
const umzug = new Umzug({
  migrations: {
    glob: `${folder}/*.json`,
    resolve: ({ path, context }) => {
      const run = async (statements) => {
        for (const sql of statements) await context.query(sql);
      };
      const { up, down } = JSON.parse(readFileSync(path, "utf8"));
      return { name: basename(path, ".json"), up: () => run(up), down: () => run(down) };
    },
  },
  context: sequelize,
  storage: new SequelizeStorage({ sequelize }),
  logger: undefined,
});
await umzug.up();
await sequelize.close();
