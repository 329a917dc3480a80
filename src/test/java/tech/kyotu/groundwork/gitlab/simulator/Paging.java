package tech.kyotu.groundwork.gitlab.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Cuts one page out of a list and says in headers where the others are. */
final class Paging {
  private static final int DEFAULT_SIZE = 20;
  private static final int LARGEST_SIZE = 100;

  /** Above this many rows GitLab no longer counts. */
  private static final int COUNTED_ROWS = 10_000;

  private static final Pattern PAGE_PARAMETERS =
      Pattern.compile("(^|&)(page|per_page|cursor)=[^&]*");

  private final World world;
  private final String baseUrl;

  /** Links start with the given URL, without a slash at its end. */
  Paging(World world, String baseUrl) {
    this.world = world;
    this.baseUrl = baseUrl;
  }

  <T> Answer page(Call call, List<T> rows, Function<T, JsonNode> render) {
    int page = number(call, "page", 1);
    int size = size(call);
    int pages = Math.max(1, (rows.size() + size - 1) / size);
    int from = (int) Math.min((page - 1L) * size, rows.size());
    JsonNode body = array(rows.subList(from, Math.min(from + size, rows.size())), render);
    boolean counted = rows.size() <= COUNTED_ROWS;
    Answer answer =
        Answer.json(200, body).with("Link", links(call.in(), page, size, pages, counted));
    if (world.is(Switch.LINKS_ALONE)) {
      return answer;
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("x-page", String.valueOf(page));
    headers.put("x-per-page", String.valueOf(size));
    headers.put("x-prev-page", page > 1 ? String.valueOf(page - 1) : "");
    headers.put("x-next-page", page < pages ? String.valueOf(page + 1) : "");
    if (counted) {
      headers.put("x-total", String.valueOf(rows.size()));
      headers.put("x-total-pages", String.valueOf(pages));
    }
    return answer.with(headers);
  }

  /**
   * The rows after the one that the cursor in the request names, with a link to the next ones
   * alone. Rows are sorted by their keys, so a row that went away meanwhile does no harm.
   */
  <T> Answer keyset(
      Call call, List<T> rows, Function<T, String> key, Function<T, JsonNode> render) {
    int size = size(call);
    String after = call.parameters().text("cursor").map(Paging::decode).orElse("");
    List<T> left = rows.stream().filter(row -> key.apply(row).compareTo(after) > 0).toList();
    List<T> shown = left.subList(0, Math.min(size, left.size()));
    Answer answer = Answer.json(200, array(shown, render));
    if (shown.size() == left.size()) {
      return answer;
    }
    String cursor = encode(key.apply(shown.get(size - 1)));
    return answer
        .with("X-NEXT-CURSOR", cursor)
        .with("Link", link(call.in(), "cursor=" + cursor + "&per_page=" + size, "next"));
  }

  private static <T> JsonNode array(List<T> rows, Function<T, JsonNode> render) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    rows.forEach(row -> array.add(render.apply(row)));
    return array;
  }

  private static String encode(String key) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(key.getBytes(StandardCharsets.UTF_8));
  }

  private static String decode(String cursor) {
    return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
  }

  private String links(Incoming in, int page, int size, int pages, boolean counted) {
    StringJoiner links = new StringJoiner(", ");
    if (page > 1) {
      links.add(link(in, page - 1, size, "prev"));
    }
    if (page < pages) {
      links.add(link(in, page + 1, size, "next"));
    }
    links.add(link(in, 1, size, "first"));
    if (counted) {
      links.add(link(in, pages, size, "last"));
    }
    return links.toString();
  }

  private String link(Incoming in, int page, int size, String relation) {
    return link(in, "page=" + page + "&per_page=" + size, relation);
  }

  private String link(Incoming in, String where, String relation) {
    String kept = PAGE_PARAMETERS.matcher(in.query()).replaceAll("").replaceFirst("^&", "");
    String query = (kept.isEmpty() ? "" : kept + "&") + where;
    return "<" + baseUrl + in.path() + "?" + query + ">; rel=\"" + relation + "\"";
  }

  private static int size(Call call) {
    return Math.min(number(call, "per_page", DEFAULT_SIZE), LARGEST_SIZE);
  }

  private static int number(Call call, String name, int otherwise) {
    String value = call.parameters().text(name).orElse(String.valueOf(otherwise));
    if (!value.matches("0*[1-9]\\d{0,8}")) {
      throw new Refusal(Answer.error(400, name + " does not have a valid value"));
    }
    return Integer.parseInt(value);
  }
}
