package main

// addExtras adds what jobspec2 does beside the tags (parse_job.go and hcl_conversions.go of Nomad).
func addExtras() {
	// Job and group accept defaults for their tasks; labels that no struct field holds.
	job, group := structs["Job"], structs["TaskGroup"]
	job.Fields = append(job.Fields,
		Field{HCL: "vault", Ref: "Vault", Form: "block", Extra: true},
		Field{HCL: "secret", Ref: "Secret", Form: "list", Extra: true},
	)
	group.Fields = append(group.Fields,
		Field{HCL: "vault", Ref: "Vault", Form: "block", Extra: true},
		Field{HCL: "secret", Ref: "Secret", Form: "list", Extra: true},
	)
	// `scaling "cpu"` and `scaling "mem"` in a task: the label stands for the policy's type.
	task := structs["Task"]
	for i, f := range task.Fields {
		if f.HCL == "scaling" {
			task.Fields[i].Form = "scaling"
		}
	}
	// A job's label is its ID; the HCL has it once, as the label.
	job.Label = "id"
	for i, f := range job.Fields {
		if f.HCL == "id" {
			job.Fields[i].Form = "label"
			job.Fields[i].Required = true
		}
	}
	// `meta = {}` and `env = {}` stand for the blocks, and their keys are any text (decodeAsAttribute).
	for _, of := range [][2]string{{"Job", "meta"}, {"TaskGroup", "meta"}, {"Task", "meta"}, {"Task", "env"}} {
		for i, f := range structs[of[0]].Fields {
			if f.HCL == of[1] {
				structs[of[0]].Fields[i].AnyKey = true
			}
		}
	}
}
