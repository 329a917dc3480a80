package tech.kyotu.groundwork.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LoadState;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.BaseLib;
import org.luaj.vm2.lib.PackageLib;
import org.luaj.vm2.lib.TableLib;
import org.luaj.vm2.lib.VarArgFunction;
import org.luaj.vm2.lib.jse.JsePlatform;

/**
 * Runs our scripts for Argo CD with the libraries that Argo CD 3.2 gives them ({@code
 * util/lua/lua.go}) and no more: base, table and package, and by {@code require("os")} the time.
 */
final class ArgoLua {

  private static final Set<String> SAFE = Set.of("time", "date");

  private ArgoLua() {}

  /** What a script returns for a resource: maps, lists, texts, whole numbers and booleans. */
  static Object run(Path script, Map<String, Object> resource) {
    Globals globals = new Globals();
    globals.load(new BaseLib());
    globals.load(new PackageLib());
    globals.load(new TableLib());
    LoadState.install(globals);
    LuaC.install(globals);
    globals.get("package").get("preload").set("os", safeOs());
    globals.set("obj", toLua(resource));
    try {
      return toJava(
          globals.load(Files.readString(script, UTF_8), script.getFileName().toString()).call());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LuaValue safeOs() {
    LuaValue whole = JsePlatform.standardGlobals().get("os");
    LuaTable safe = new LuaTable();
    SAFE.forEach(name -> safe.set(name, whole.get(name)));
    return new VarArgFunction() {
      @Override
      public Varargs invoke(Varargs arguments) {
        return safe;
      }
    };
  }

  private static LuaValue toLua(Object value) {
    if (value instanceof Map<?, ?> map) {
      LuaTable table = new LuaTable();
      map.forEach((key, it) -> table.set(key.toString(), toLua(it)));
      return table;
    }
    if (value instanceof List<?> list) {
      return LuaValue.listOf(list.stream().map(ArgoLua::toLua).toArray(LuaValue[]::new));
    }
    if (value instanceof Number number) {
      return LuaValue.valueOf(number.doubleValue());
    }
    if (value instanceof Boolean bool) {
      return LuaValue.valueOf(bool);
    }
    return value == null ? LuaValue.NIL : LuaValue.valueOf(value.toString());
  }

  /** An empty table becomes an empty map: Lua tells no list from a map then. */
  private static Object toJava(LuaValue value) {
    return switch (value.type()) {
      case LuaValue.TTABLE -> value.length() > 0 ? list(value.checktable()) : map(value);
      case LuaValue.TBOOLEAN -> value.toboolean();
      case LuaValue.TNUMBER -> value.tolong();
      case LuaValue.TSTRING -> value.tojstring();
      default -> throw new IllegalStateException("a script returned " + value.typename());
    };
  }

  private static List<Object> list(LuaTable table) {
    List<Object> list = new ArrayList<>();
    for (int i = 1; i <= table.length(); i++) {
      list.add(toJava(table.get(i)));
    }
    return list;
  }

  private static Map<String, Object> map(LuaValue table) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (LuaValue key : table.checktable().keys()) {
      map.put(key.tojstring(), toJava(table.get(key)));
    }
    return map;
  }
}
