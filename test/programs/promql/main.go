// Evaluates PromQL on scrapes: it reads {"scrapes": …, "expressions": …, "rules": …} as JSON, and writes what each
// expression and each alert gives at the time of the last scrape. It is the engine of Prometheus itself, in memory.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

// scrape is one answer of an operator, at times of the test's own choice. Without text, nobody answered.
type scrape struct {
	Seconds []int64           `json:"seconds"`
	Labels  map[string]string `json:"labels"`
	Text    string            `json:"text"`
}

type question struct {
	Scrapes     []scrape `json:"scrapes"`
	Expressions []string `json:"expressions"`
	// Rules are the text of a file of rules, as Prometheus reads it.
	Rules string `json:"rules"`
}

type series struct {
	Labels map[string]string `json:"labels"`
	// Value is text, for JSON has no NaN.
	Value string `json:"value"`
}

type alert struct {
	Name        string            `json:"name"`
	State       string            `json:"state"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

type answer struct {
	Results [][]series `json:"results"`
	// Alerts are those that are pending or firing at the last scrape.
	Alerts []alert `json:"alerts"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "fluxblueprint-promql-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	options := tsdb.DefaultOptions()
	options.RetentionDuration = int64(365 * 24 * time.Hour / time.Millisecond)
	db, err := tsdb.Open(folder, nil, nil, options, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, one := range asked.Scrapes {
		if err := ingest(db, one); err != nil {
			return err
		}
	}
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1_000_000, Timeout: time.Minute, EnableAtModifier: true})
	var told answer
	if told.Results, err = evaluate(engine, db, asked); err != nil {
		return err
	}
	if told.Alerts, err = judge(engine, db, folder, asked); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(told)
}

func ingest(db *tsdb.DB, one scrape) error {
	appender := db.Appender(context.Background())
	table := labels.NewSymbolTable()
	found, err := textparse.New([]byte(one.Text), "text/plain", table, textparse.ParserOptions{})
	if err != nil {
		return err
	}
	for {
		entry, err := found.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if entry != textparse.EntrySeries {
			continue
		}
		_, _, value := found.Series()
		var own labels.Labels
		found.Labels(&own)
		builder := labels.NewBuilder(own)
		for name, text := range one.Labels {
			builder.Set(name, text)
		}
		for _, seconds := range one.Seconds {
			if _, err := appender.Append(0, builder.Labels(), seconds*1000, value); err != nil {
				return err
			}
		}
	}
	return appender.Commit()
}

func last(asked question) time.Time {
	var seconds int64
	for _, one := range asked.Scrapes {
		seconds = max(seconds, slices.Max(one.Seconds))
	}
	return time.Unix(seconds, 0)
}

func evaluate(engine *promql.Engine, db *tsdb.DB, asked question) ([][]series, error) {
	results := [][]series{}
	for _, expression := range asked.Expressions {
		query, err := engine.NewInstantQuery(context.Background(), db, nil, expression, last(asked))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", expression, err)
		}
		result := query.Exec(context.Background())
		if result.Err != nil {
			return nil, fmt.Errorf("%s: %w", expression, result.Err)
		}
		list := []series{}
		switch value := result.Value.(type) {
		case promql.Vector:
			for _, sample := range value {
				list = append(list, series{sample.Metric.Map(), number(sample.F)})
			}
		case promql.Scalar:
			list = append(list, series{map[string]string{}, number(value.V)})
		}
		query.Close()
		results = append(results, list)
	}
	return results, nil
}

func number(value float64) string {
	if math.IsNaN(value) {
		return "NaN"
	}
	return fmt.Sprintf("%v", value)
}

// judge evaluates the rules at the time of each scrape, one after the other, as Prometheus does.
func judge(engine *promql.Engine, db *tsdb.DB, folder string, asked question) ([]alert, error) {
	alerts := []alert{}
	if asked.Rules == "" {
		return alerts, nil
	}
	file := folder + ".rules.yaml"
	if err := os.WriteFile(file, []byte(asked.Rules), 0o600); err != nil {
		return nil, err
	}
	defer os.Remove(file)
	external, _ := url.Parse("http://prometheus.example")
	manager := rules.NewManager(&rules.ManagerOptions{
		Appendable:  db,
		Queryable:   db,
		QueryFunc:   rules.EngineQueryFunc(engine, db),
		NotifyFunc:  func(context.Context, string, ...*rules.Alert) {},
		Context:     context.Background(),
		ExternalURL: external,
		Logger:      slog.New(slog.DiscardHandler),
	})
	groups, problems := manager.LoadGroups(time.Minute, labels.EmptyLabels(), "", nil, false, file)
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	for _, group := range groups {
		for _, rule := range group.Rules() {
			if err := follow(rule, asked, engine, db, external); err != nil {
				return nil, err
			}
			if alerting, ok := rule.(*rules.AlertingRule); ok {
				for _, active := range alerting.ActiveAlerts() {
					alerts = append(alerts, alert{
						alerting.Name(), active.State.String(), active.Labels.Map(), active.Annotations.Map(),
					})
				}
			}
		}
	}
	return alerts, nil
}

func follow(rule rules.Rule, asked question, engine *promql.Engine, db storage.Queryable, external *url.URL) error {
	moments := []int64{}
	for _, one := range asked.Scrapes {
		moments = append(moments, one.Seconds...)
	}
	slices.Sort(moments)
	query := rules.EngineQueryFunc(engine, db)
	for _, seconds := range slices.Compact(moments) {
		if _, err := rule.Eval(context.Background(), 0, time.Unix(seconds, 0), query, external, 0); err != nil {
			return fmt.Errorf("%s: %w", rule.Name(), err)
		}
	}
	return nil
}
